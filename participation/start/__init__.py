"""The start page, the choice of language, and the pages that the law asks for."""
