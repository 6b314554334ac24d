"""The papers, hours and money of a file, and what its papers say. Never its dates."""
