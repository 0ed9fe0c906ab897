"""What is going on: below the wijk, over the years, in the five mechanisms. Results are frames and frozen dataclasses."""
