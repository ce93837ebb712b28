package generator

import (
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path"
	"strings"
	"time"
)

// Apply makes the disk as planned: all of it, or after an error nothing. Files
// that do not change are not touched. New content is written aside, in the
// same folder, and then takes its place under its name in one step, so that an
// interrupted run leaves each file old or new and never half; one that is
// killed may leave files called .rtgen-… behind, which mean nothing. A context
// that ends before files take their places undoes the run.
func (p *Plan) Apply(ctx context.Context) error {
	tx := &transaction{}
	if err := tx.run(ctx, p.Files); err != nil {
		return errors.Join(err, tx.rollback())
	}
	tx.cleanUp()
	return nil
}

// A transaction remembers how to take back what it has done.
type transaction struct {
	undo []func() error // to be called last to first
	// leftovers are files aside to be removed when all is done, and then the
	// folders that may have become empty.
	leftovers []place
	folders   []place
}

// A place is a name inside a root.
type place struct {
	root *os.Root
	name string
}

// A replacement is a file whose new content, and its old one, lie aside.
type replacement struct {
	place
	fresh, backup string
}

// run writes everything aside first, so that a full disk is noticed before any
// file changes. Removals come before replacements: on a disk that does not
// tell case, the file that goes may be the one that comes.
func (tx *transaction) run(ctx context.Context, files []FileChange) error {
	staged, err := tx.stage(files)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return err
	}
	for _, f := range files {
		if f.Action == Removed {
			if err := tx.remove(place{f.root, f.name}); err != nil {
				return err
			}
		}
	}
	for _, r := range staged {
		if err := tx.replace(r); err != nil {
			return err
		}
	}
	return nil
}

// stage writes the content that comes, and a copy of what it replaces, aside.
func (tx *transaction) stage(files []FileChange) ([]replacement, error) {
	var staged []replacement
	for _, f := range files {
		if f.Action != Created && f.Action != Changed {
			continue
		}
		at := place{f.root, f.name}
		if err := tx.makeFolder(at.root, path.Dir(at.name)); err != nil {
			return nil, err
		}
		r := replacement{place: at}
		var err error
		if r.fresh, err = tx.writeAside(at, f.New, f.info, time.Time{}); err != nil {
			return nil, err
		}
		if f.Action == Changed {
			if r.backup, err = tx.writeAside(at, f.Old, f.info, f.info.ModTime()); err != nil {
				return nil, err
			}
			tx.leftovers = append(tx.leftovers, place{at.root, r.backup})
		}
		staged = append(staged, r)
	}
	return staged, nil
}

// makeFolder makes a folder and those above it.
func (tx *transaction) makeFolder(root *os.Root, dir string) error {
	if _, err := root.Stat(dir); err == nil || !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := tx.makeFolder(root, path.Dir(dir)); err != nil {
		return err
	}
	err := root.Mkdir(dir, 0o777)
	if errors.Is(err, fs.ErrExist) {
		return nil // another run was faster
	}
	if err == nil {
		tx.undo = append(tx.undo, func() error { return root.Remove(dir) })
	}
	return err
}

// writeAside writes content into a new file beside at and returns its name.
// Of the file it stands for, if there is one, it gets the permissions.
func (tx *transaction) writeAside(at place, content []byte, like fs.FileInfo, modified time.Time) (string, error) {
	name := asideName(at.name)
	f, err := at.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return "", err
	}
	tx.undo = append(tx.undo, func() error { return ignoreMissing(at.root.Remove(name)) })
	_, err = f.Write(content)
	if like != nil && err == nil {
		err = f.Chmod(like.Mode().Perm())
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return "", err
	}
	if modified.IsZero() {
		return name, nil
	}
	return name, at.root.Chtimes(name, time.Time{}, modified)
}

// asideName returns an unused name in the folder of name. No build tool looks
// at files whose names begin with a dot.
func asideName(name string) string {
	return path.Join(path.Dir(name), ".rtgen-"+strings.ToLower(rand.Text()))
}

// replace gives a file its new content.
func (tx *transaction) replace(r replacement) error {
	if err := r.root.Rename(r.fresh, r.name); err != nil {
		return err
	}
	tx.undo = append(tx.undo, func() error {
		if r.backup == "" {
			return r.root.Remove(r.name)
		}
		return r.root.Rename(r.backup, r.name)
	})
	return nil
}

// remove puts a file aside until everything else has been done.
func (tx *transaction) remove(at place) error {
	aside := asideName(at.name)
	err := at.root.Rename(at.name, aside)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // another run was faster
	}
	if err != nil {
		return err
	}
	tx.undo = append(tx.undo, func() error { return at.root.Rename(aside, at.name) })
	tx.leftovers = append(tx.leftovers, place{at.root, aside})
	tx.folders = append(tx.folders, place{at.root, path.Dir(at.name)})
	return nil
}

// rollback takes back everything, last step first.
func (tx *transaction) rollback() error {
	var errs []error
	for i := len(tx.undo) - 1; i >= 0; i-- {
		errs = append(errs, tx.undo[i]())
	}
	return errors.Join(errs...)
}

// cleanUp removes what was kept for a rollback, and folders that are empty
// now. Every file is as wanted already, so failures are no failures of the
// run: a folder with other files in it stays, for one.
func (tx *transaction) cleanUp() {
	for _, p := range append(tx.leftovers, tx.folders...) {
		_ = p.root.Remove(p.name)
	}
}
