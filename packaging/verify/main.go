// Verify_log verifies a bundle of an access log with the Go project's own packages for transparency logs.
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go build -o verify_log .    (Debian: golang-go, golang-golang-x-mod-dev)
//	verify_log [-key VKEY] [-head SIZE:ROOT] [-witness "VKEY…"] BUNDLE.zip
//
// Exit code 0: intact; 1: broken, with the first bad entry named, or no bundle that can be read; 2: wrong arguments.
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

// asked is what the arguments say; one that is mistyped, or empty as an unset variable gives it, is never passed over.
type asked struct {
	key       string
	head      *head
	witnesses []string
}

func (asked *asked) takeKey(text string) error {
	asked.key = strings.TrimSpace(text)
	if _, err := note.NewVerifier(asked.key); err != nil {
		return fmt.Errorf("a log's key is one line, NAME+ID+KEY, as in a bundle's log.vkey")
	}
	return nil
}

func (asked *asked) takeHead(text string) error {
	sizeText, rootText, _ := strings.Cut(text, ":")
	size, err := strconv.ParseInt(sizeText, 10, 64)
	root, err2 := hex.DecodeString(rootText)
	if err != nil || err2 != nil || size < 0 || len(root) != tlog.HashSize {
		return fmt.Errorf("a head is SIZE:ROOT, the root being 64 hex digits")
	}
	asked.head = &head{size: size}
	copy(asked.head.root[:], root)
	return nil
}

func (asked *asked) takeWitnesses(text string) error {
	asked.witnesses = strings.Fields(text)
	for _, witness := range asked.witnesses {
		if _, err := witnessKey(witness); err != nil {
			return err
		}
	}
	if len(asked.witnesses) == 0 {
		return fmt.Errorf("a witness's key is one line, NAME+ID+KEY")
	}
	return nil
}

func main() {
	asked := asked{}
	flag.Func("key", "the log's key, as noted on paper; else the one in the bundle", asked.takeKey)
	flag.Func("head", "SIZE:ROOT, a head noted earlier and elsewhere", asked.takeHead)
	flag.Func("witness", "keys of witnesses that must have cosigned it, with spaces between", asked.takeWitnesses)
	flag.Parse()
	if flag.NArg() != 1 {
		flag.Usage()
		os.Exit(2)
	}
	bundle, err := zip.OpenReader(flag.Arg(0))
	if err != nil {
		fmt.Fprintln(os.Stderr, "not a bundle:", err)
		os.Exit(1)
	}
	defer bundle.Close()
	last, deleted, err := verify(&bundle.Reader, asked)
	if err == nil {
		err = checkCover(flag.Arg(0), &bundle.Reader, last.size)
	}
	if err != nil {
		fmt.Println("broken:", err)
		os.Exit(1)
	}
	fmt.Printf("intact: %d entries, head %d:%x\n", last.size, last.size, last.root[:])
	if deleted > 0 {
		fmt.Printf("%d entries deleted by retention; what the tree holds of them is intact\n", deleted)
	}
}

func verify(bundle *zip.Reader, asked asked) (head, int, error) {
	own := strings.TrimSpace(string(read(bundle, "log.vkey")))
	if asked.key != "" && asked.key != own {
		return head{}, 0, fmt.Errorf("log.vkey is another key than the one given")
	}
	key, err := note.NewVerifier(own)
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
	others, err := checkEvidence(bundle, key, asked.witnesses)
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
	if err := compare(tree, last, asked.head); err != nil {
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
			tile = read(bundle, tilePath(0, place/width, size))
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

func compare(tree hashes, last head, noted *head) error {
	if noted == nil {
		return nil
	}
	if noted.size > last.size {
		return fmt.Errorf("the first bad entry is entry %d: it is missing, a head noted earlier tells of it", last.size)
	}
	if !is(tree, *noted) {
		return fmt.Errorf("the first bad entry is an entry from 0 to %d: the head noted is another's", noted.size-1)
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
