"""A publication as files: its list, its place, what is kept of earlier ones, and how its files are written.

`leaderboard.publish` calls these parts; none of them knows what a page shows.
"""
