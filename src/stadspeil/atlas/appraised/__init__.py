"""Appraised packages on the site: what is known of them, said in words, in tables and in drawings."""
