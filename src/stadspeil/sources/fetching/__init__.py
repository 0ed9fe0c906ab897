"""Asking publishers for their figures: the client, the services and formats, and the plan of what to ask."""
