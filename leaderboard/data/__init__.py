"""A round's data as files: tables in CSV and Parquet, a file a submission, schemas, Croissant and Every Eval Ever.

Everything follows from the round's table alone, and the same table gives the same bytes. docs/data.md describes it all.
"""

from leaderboard.data.files import FOLDER, files

__all__ = ["FOLDER", "files"]
