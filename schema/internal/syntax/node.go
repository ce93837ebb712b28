package syntax

// Limits of one file.
const (
	MaxSize  = 1 << 20 // bytes
	MaxDepth = 64      // collections inside collections
)

// A Pos is a place in a file. Line and Col count from 1, Col in code points.
type Pos struct {
	Line, Col int
}

// Shift returns the place n code points to the right.
func (p Pos) Shift(n int) Pos { return Pos{p.Line, p.Col + n} }

// A Kind tells what a Node is.
type Kind int

// The kinds of nodes. A Bad node stands where a Problem has been reported;
// readers pass over it in silence.
const (
	Bad Kind = iota
	Scalar
	Map
	List
)

// A Style tells how a scalar was written.
type Style int

// The styles of scalars.
const (
	Plain Style = iota
	Quoted
	Block
)

// A Node is a scalar, a mapping or a list as written.
type Node struct {
	Kind Kind
	Pos  Pos
	// End is the place after the last character of a scalar that ends on its
	// line, and the place after the first character of anything else.
	End Pos

	Text  string // a scalar without its quotes
	Style Style
	// Tag is what YAML takes a scalar for: "str", "int", "float", "bool",
	// "null" or "timestamp".
	Tag string

	Entries []Entry // of a mapping, without duplicates
	Items   []*Node // of a list

	// Doc is the documentation of a key or an item of a list: the lines of
	// comment that start with "##", directly above it and on its line.
	Doc string
}

// An Entry is a key of a mapping with its value.
type Entry struct {
	Key, Value *Node
}

// Get returns the value of a key, or nil.
func (n *Node) Get(key string) *Node {
	for _, e := range n.Entries {
		if e.Key.Text == key {
			return e.Value
		}
	}
	return nil
}

// A File is a file that was read.
type File struct {
	Name  string
	Lines []string // without their ends
	Root  *Node    // nil when the file cannot be read at all
}

// Line returns the text of a line, "" when there is none.
func (f *File) Line(n int) string {
	if n < 1 || n > len(f.Lines) {
		return ""
	}
	return f.Lines[n-1]
}

// A Problem is something the language does not allow.
type Problem struct {
	Pos, End Pos
	Rule     string
	Message  string
	Help     []string
	// First is the place that a duplicate repeats, and Key what it is; zero
	// for other problems.
	First Pos
	Key   string
}
