"""The book over HTTP: a REST server on FastAPI, `expense api`."""
