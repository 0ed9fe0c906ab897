"""Households, dwellings, moves and chains: what a building programme does to the town that is there already.

Three tiers that must agree: a chain of vacancies as a Markov chain (milliseconds), flows of households by class
(seconds), and the matching of single households to single dwellings, month by month. See `docs/explanation`.
"""
