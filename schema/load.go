package schema

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/rtgen/rtgen/schema/internal/syntax"
)

// extension is what the names of schema files end with.
const extension = ".rt.yaml"

// maxPackageSize bounds all files of one package, in bytes.
const maxPackageSize = 16 << 20

// Load reads the packages of the schema files that the patterns name: a file,
// the files of a folder, or with "/..." those of a folder and all below it.
// Patterns are slash-separated and relative to the root of fsys. The files of
// one folder are one package. Folders below a pattern whose name starts with
// "." or "_", and node_modules, are passed over.
//
// The models come sorted by folder. When a contract is wrong the error is a
// Diagnostics with all its problems, and there are no models; any other error
// says that something could not be read.
func Load(fsys fs.FS, patterns ...string) ([]*Model, error) {
	folders, err := find(fsys, patterns)
	if err != nil {
		return nil, err
	}
	var packages []*pkg
	for _, f := range folders {
		p, err := load(fsys, f)
		if err != nil {
			return nil, err
		}
		packages = append(packages, p)
	}
	samePackage(packages)
	return result(packages)
}

// Files returns the names of the schema files that Load reads for the
// patterns, sorted. It does not read them.
func Files(fsys fs.FS, patterns ...string) ([]string, error) {
	folders, err := find(fsys, patterns)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, f := range folders {
		names = append(names, f.files...)
	}
	slices.Sort(names)
	return names, nil
}

// result returns the models, or all problems in the order of their places.
func result(packages []*pkg) ([]*Model, error) {
	var models []*Model
	var problems Diagnostics
	for _, p := range packages {
		models = append(models, p.model)
		for _, d := range p.diagnostics {
			problems = append(problems, *d)
		}
	}
	if len(problems) > 0 {
		problems.Sort()
		return nil, problems
	}
	return models, nil
}

// A folder names the schema files of one package.
type folder struct {
	dir   string
	files []string // sorted
}

// find resolves the patterns to folders, sorted by path.
func find(fsys fs.FS, patterns []string) ([]folder, error) {
	var names []string
	for _, pattern := range patterns {
		found, err := match(fsys, pattern)
		if err != nil {
			return nil, fmt.Errorf("schema: %w", err)
		}
		if len(found) == 0 {
			return nil, fmt.Errorf("schema: %q names no file that ends with %s", pattern, extension)
		}
		names = append(names, found...)
	}
	slices.Sort(names)
	names = slices.Compact(names)

	byDir := make(map[string]int)
	var folders []folder
	for _, name := range names {
		dir := path.Dir(name)
		i, ok := byDir[dir]
		if !ok {
			i = len(folders)
			byDir[dir] = i
			folders = append(folders, folder{dir: dir})
		}
		folders[i].files = append(folders[i].files, name)
	}
	slices.SortFunc(folders, func(a, b folder) int { return strings.Compare(a.dir, b.dir) })
	return folders, nil
}

func match(fsys fs.FS, pattern string) ([]string, error) {
	root, recursive := strings.CutSuffix("./"+pattern, "/...")
	root = path.Clean(root)
	if !fs.ValidPath(root) || path.IsAbs(pattern) {
		return nil, fmt.Errorf("pattern %q leaves the folder", pattern)
	}
	info, err := fs.Stat(fsys, root)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%q: %w", root, fs.ErrNotExist)
	}
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		if !strings.HasSuffix(root, extension) {
			return nil, fmt.Errorf("%q does not end with %s", pattern, extension)
		}
		return []string{root}, nil
	}
	var names []string
	err = fs.WalkDir(fsys, root, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != root && (!recursive || passedOver(d.Name())):
			return fs.SkipDir
		case !d.IsDir() && strings.HasSuffix(name, extension):
			names = append(names, name)
		}
		return nil
	})
	return names, err
}

func passedOver(dir string) bool {
	return dir[0] == '.' || dir[0] == '_' || dir == "node_modules"
}

// load reads the package of a folder.
func load(fsys fs.FS, f folder) (*pkg, error) {
	p := newPackage(f)
	size := 0
	for _, name := range f.files {
		data, err := read(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("schema: %w", err)
		}
		if size += len(data); size > maxPackageSize {
			p.tooLarge(name)
			break
		}
		p.file(name, data)
	}
	p.resolve()
	return p, nil
}

// read returns a file, or one byte more than a file may have.
func read(fsys fs.FS, name string) (data []byte, err error) {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() { // opening a pipe would wait for its writer
		return nil, &fs.PathError{Op: "read", Path: name, Err: errors.New("not a regular file")}
	}
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return io.ReadAll(io.LimitReader(f, syntax.MaxSize+1))
}

// samePackage reports package names that two folders share: the generated
// code of one would replace the other's.
func samePackage(packages []*pkg) {
	first := make(map[string]*pkg)
	for _, p := range packages {
		name := p.model.Package
		if other, twice := first[name]; twice {
			p.report(p.heads["package"], "PACKAGE_MISMATCH", "package %s is declared in two folders", quoted(name)).
				related(other.heads["package"].position(), "first declared here")
		} else if name != "" {
			first[name] = p
		}
	}
}
