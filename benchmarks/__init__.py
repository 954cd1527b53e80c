"""Speed and memory beside the same work done by hand in pandas and polars."""
