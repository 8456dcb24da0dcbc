"""Journals of plain text accounting: those of hledger and Ledger, and those of Beancount.

A journal is no statement of one account but a whole book. What comes of it are its expenses and its income: the
postings on such accounts, each a row whose category is the rest of the account's name. Where the caller names another
account, the rows are the postings on that one and those beneath it, as its bank would list them.
"""
