"""Scores your own words as they are typed, and stores them as numbers, never as text: `store`, `recorder`, `live`."""
