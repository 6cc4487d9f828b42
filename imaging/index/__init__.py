"""The index of studies, series and instances: typed columns to search by, JSON prepared to answer with."""
