"""Why a file could not be opened or read, in French.

Used wherever a file is opened: rules and examples, configuration, database, messages. Opens nothing.
"""

from __future__ import annotations

import errno

_CAUSES = {
    errno.ENOENT: "introuvable",
    errno.EACCES: "accès refusé",
    errno.EPERM: "opération interdite",
    errno.EISDIR: "c’est un dossier",
    errno.ENODEV: "ce n’est pas un fichier ordinaire",
    errno.ELOOP: "des liens qui tournent en rond",
    errno.ENOTDIR: "un élément du chemin n’est pas un dossier",
    errno.EEXIST: "existe déjà",
    errno.ENOSPC: "disque plein",
    errno.EDQUOT: "quota de disque atteint",
    errno.EROFS: "disque en lecture seule",
    errno.EFBIG: "fichier trop grand",
    errno.EIO: "erreur du disque",
    errno.ENAMETOOLONG: "nom trop long",
    errno.EMFILE: "trop de fichiers ouverts",
    errno.ECONNREFUSED: "connexion refusée",
    errno.ETIMEDOUT: "pas de réponse",
    errno.EHOSTUNREACH: "machine injoignable",
    errno.ENETUNREACH: "réseau injoignable",
}


def cause(error: OSError) -> str:
    """Return « disque plein », « accès refusé »… or, when it is rarer, its name in the system's manual."""
    known = _CAUSES.get(error.errno or 0)
    return known or errno.errorcode.get(error.errno or 0) or type(error).__name__
