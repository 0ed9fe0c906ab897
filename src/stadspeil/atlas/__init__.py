"""The atlas: results as web pages and as an API. It reads; it computes nothing that the command cannot."""
