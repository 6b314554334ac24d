"""Parts that configurations of tests are made of: a database, a mail server, an agency, people. All invented.

Used by `tests.support.cli`, by the tests of long times and by those of sudden deaths.
"""

DATABASE = """
[database]
url = "sqlite:///echeancier.db"
"""
MAIL = """
[mail]
transport = "{transport}"
directory = "courriels"
host = "127.0.0.1"
port = {port}
security = "none"
sender = "echeancier@example.org"
"""
SMTP = MAIL.replace('"{transport}"\ndirectory = "courriels"', '"smtp"')
LYON = """
[agencies.lyon]
name = "Agence de Lyon"
email = "lyon@example.org"
"""
METZ = """
[agencies.metz]
name = "Agence de Metz"
email = "metz@example.org"
territory = "FR-57"
"""
CLAIRE = """
[people.claire]
name = "Claire Vasseur"
email = "claire.vasseur@example.org"
agency = "lyon"
"""
MALIK = """
[people.malik]
name = "Malik Berthaud"
email = "malik.berthaud@example.org"
agency = "lyon"
manager = "claire"
"""
ZOE = """
[people.zoe]
name = "Zoé Keller"
email = "zoe.keller@example.org"
agency = "metz"
manager = "claire"
"""
CLAIRE_TYPES = """
[user]
id = "claire"
"""
