"""The state's instruments as rules: who may ask what, how likely it is, and whom another criterion would reach."""
