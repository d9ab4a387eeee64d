"""From sealed records to public standings: statistics, the table, the site. It never loads a model or a task."""
