"""The static site: texts, charts, templates and pages. `leaderboard.publish` writes what this package renders."""
