"""Scores your own words as they are typed, and stores them as numbers, never as text: `schema`, `store`, `recorder`, `live`."""
