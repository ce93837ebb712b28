package schema

func checkPattern(string) string { return "" }
