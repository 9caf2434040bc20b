# expect: raised ImportError
raise ValueError("at import")
