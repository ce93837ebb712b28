package typescript

// A contractView prints <package>.contract.ts: all that changes with every
// version, so that two branches conflict in one small file.
type contractView struct {
	Imports, Constant          string
	Name, Version, Fingerprint string // quoted
}

func (c *contract) contractView() any {
	return contractView{
		Imports:     c.modules(importRuntime),
		Constant:    c.contractName(),
		Name:        quote(c.Package),
		Version:     quote(c.Version),
		Fingerprint: quote(c.Fingerprint),
	}
}

func (c *contract) contractName() string { return c.Package + "Contract" }
