"""How it is worded: one triple of templates for the subject, the text and the HTML."""
