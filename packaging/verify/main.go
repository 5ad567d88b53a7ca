// Verify_log verifies a bundle of an access log with the Go project's own packages for transparency logs.
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go build -o verify_log .    (Debian: golang-go, golang-golang-x-mod-dev)
//	verify_log [-key VKEY] [-head SIZE:ROOT] [-witness "VKEY…"] BUNDLE.zip
//
// Exit code 0: intact; 1: broken, the first bad entry is named; 2: wrong arguments, or not a bundle.
package main

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const width = 256

// hashes keeps every hash of the tree in the order that tlog numbers them.
type hashes []tlog.Hash

func (kept hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for at, index := range indexes {
		if index >= int64(len(kept)) {
			return nil, fmt.Errorf("no hash %d", index)
		}
		found[at] = kept[index]
	}
	return found, nil
}

type head struct {
	size int64
	root tlog.Hash
}

func main() {
	vkey := flag.String("key", "", "the log's key, as noted on paper; else the one in the bundle")
	noted := flag.String("head", "", "SIZE:ROOT, a head noted earlier and elsewhere")
	witness := flag.String("witness", "", "keys of witnesses that must have cosigned it, with spaces between")
	flag.Parse()
	if flag.NArg() != 1 {
		flag.Usage()
		os.Exit(2)
	}
	bundle, err := zip.OpenReader(flag.Arg(0))
	if err != nil {
		fmt.Fprintln(os.Stderr, "not a bundle:", err)
		os.Exit(2)
	}
	defer bundle.Close()
	last, deleted, err := verify(&bundle.Reader, strings.TrimSpace(*vkey), *noted, strings.Fields(*witness))
	if err != nil {
		fmt.Println("broken:", err)
		os.Exit(1)
	}
	fmt.Printf("intact: %d entries, head %d:%x\n", last.size, last.size, last.root[:])
	if deleted > 0 {
		fmt.Printf("%d entries deleted by retention; what the tree holds of them is intact\n", deleted)
	}
}

func verify(bundle *zip.Reader, vkey, noted string, witnesses []string) (head, int, error) {
	own := strings.TrimSpace(string(read(bundle, "log.vkey")))
	if vkey == "" {
		vkey = own
	}
	if own != vkey {
		return head{}, 0, fmt.Errorf("log.vkey is another key than the one given")
	}
	key, err := note.NewVerifier(vkey)
	if err != nil {
		return head{}, 0, err
	}
	last, err := open(read(bundle, "checkpoint"), key)
	if err != nil {
		return head{}, 0, fmt.Errorf("the checkpoint is not signed with this key: %v", err)
	}
	signed := []head{}
	blocks := strings.Split(string(read(bundle, "checkpoints")), "\n\n")
	for at := 0; at+1 < len(blocks); at += 2 {
		text := blocks[at] + "\n\n" + strings.TrimSuffix(blocks[at+1], "\n") + "\n"
		earlier, err := open([]byte(text), key)
		if err != nil {
			return head{}, 0, fmt.Errorf("an earlier checkpoint is not signed with this key: %v", err)
		}
		signed = append(signed, earlier)
	}
	others, err := checkEvidence(bundle, key, witnesses)
	if err != nil {
		return head{}, 0, err
	}
	tree, err := grow(bundle, last.size)
	if err != nil {
		return head{}, 0, err
	}
	good := int64(0)
	for _, each := range append(signed, last) {
		if each.size > last.size || !is(tree, each) {
			return head{}, 0, fmt.Errorf("the first bad entry is an entry from %d to %d: not as signed", good, each.size-1)
		}
		good = each.size
	}
	for _, each := range others {
		if each.size > last.size || !is(tree, each) {
			return head{}, 0, fmt.Errorf("what others signed over %d entries is not this log", each.size)
		}
	}
	for _, each := range signed {
		if err := proved(tree, each, last); err != nil {
			return head{}, 0, err
		}
	}
	if err := compare(tree, last, noted); err != nil {
		return head{}, 0, err
	}
	deleted, err := checkFields(bundle)
	return last, deleted, err
}

// grow makes the tree from the entries' bytes, holding each against the hash in its tile.
func grow(bundle *zip.Reader, size int64) (hashes, error) {
	file, err := bundle.Open("entries.jsonl")
	if err != nil {
		return nil, err
	}
	defer file.Close()
	lines := bufio.NewReaderSize(file, 1<<20)
	tree, tile := hashes{}, []byte{}
	for place := int64(0); ; place++ {
		line, err := lines.ReadBytes('\n')
		if err == io.EOF && len(line) == 0 {
			if place < size {
				return nil, fmt.Errorf("the first bad entry is entry %d: it is missing", place)
			}
			return tree, nil
		}
		if err != nil {
			return nil, fmt.Errorf("the first bad entry is entry %d: %v", place, err)
		}
		if place >= size {
			return nil, fmt.Errorf("the first bad entry is entry %d: no checkpoint is signed over it", place)
		}
		if place%width == 0 {
			tile = read(bundle, tilePath(place/width, size))
		}
		line = line[:len(line)-1]
		leaf := tlog.RecordHash(line)
		if at := int(place%width) * tlog.HashSize; len(tile) < at+tlog.HashSize || !bytes.Equal(tile[at:at+tlog.HashSize], leaf[:]) {
			return nil, fmt.Errorf("the first bad entry is entry %d: its bytes and the hash kept of it do not agree", place)
		}
		stored, err := tlog.StoredHashesForRecordHash(place, leaf, tree)
		if err != nil {
			return nil, err
		}
		tree = append(tree, stored...)
	}
}

// tilePath names a tile of leaves as C2SP tlog-tiles does.
func tilePath(place, size int64) string {
	tile := tlog.Tile{H: 8, L: 0, N: place, W: width}
	if left := size - place*width; left < width {
		tile.W = int(left)
	}
	return strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
}

func open(message []byte, key note.Verifier) (head, error) {
	opened, err := note.Open(message, note.VerifierList(key))
	if err != nil {
		return head{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != key.Name() {
		return head{}, fmt.Errorf("not a checkpoint of this log")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 {
		return head{}, fmt.Errorf("not a size")
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return head{}, fmt.Errorf("not a root")
	}
	checkpoint := head{size: size}
	copy(checkpoint.root[:], root)
	return checkpoint, nil
}

func is(tree hashes, checkpoint head) bool {
	if checkpoint.size == 0 {
		return hex.EncodeToString(checkpoint.root[:]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	}
	root, err := tlog.TreeHash(checkpoint.size, tree)
	return err == nil && root == checkpoint.root
}

// proved makes and checks the proofs that the log only grew from an earlier checkpoint, and that its last entry is in it.
func proved(tree hashes, earlier, last head) error {
	if earlier.size == 0 {
		return nil
	}
	grew, err := tlog.ProveTree(last.size, earlier.size, tree)
	if err != nil {
		return err
	}
	if err := tlog.CheckTree(grew, last.size, last.root, earlier.size, earlier.root); err != nil {
		return fmt.Errorf("the log did not only grow: %v", err)
	}
	holds, err := tlog.ProveRecord(last.size, earlier.size-1, tree)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(holds, last.size, last.root, earlier.size-1, tree[tlog.StoredHashIndex(0, earlier.size-1)])
}

func compare(tree hashes, last head, noted string) error {
	if noted == "" {
		return nil
	}
	sizeText, rootText, _ := strings.Cut(noted, ":")
	size, err := strconv.ParseInt(sizeText, 10, 64)
	root, err2 := hex.DecodeString(rootText)
	if err != nil || err2 != nil || len(root) != tlog.HashSize {
		return fmt.Errorf("a head is SIZE:ROOT")
	}
	if size > last.size {
		return fmt.Errorf("the first bad entry is entry %d: it is missing, a head noted earlier tells of it", last.size)
	}
	earlier := head{size: size}
	copy(earlier.root[:], root)
	if !is(tree, earlier) {
		return fmt.Errorf("the first bad entry is an entry from 0 to %d: the head noted is another's", size-1)
	}
	return nil
}

func read(bundle *zip.Reader, name string) []byte {
	file, err := bundle.Open(name)
	if err != nil {
		return nil
	}
	defer file.Close()
	content, err := io.ReadAll(file)
	if err != nil {
		return nil
	}
	return content
}
