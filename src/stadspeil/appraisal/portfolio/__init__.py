"""Which projects, and when: a plan under the means and limits of a town, and what it rests on.

`problem` to `pathways` are pure functions on arrays; `weighed` to `store` hold an agenda of the catalogue against them.
"""
