package schema

func fingerprint(m *Model) string { return "000000000000" }
