// What others signed over the log: a witness's cosignatures, and time stamps.
package main

import (
	"archive/zip"
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// checkEvidence gives the checkpoints in witnessed/ and stamps/; each witness must have cosigned one of them.
func checkEvidence(bundle *zip.Reader, key note.Verifier, witnesses []string) ([]head, error) {
	found, notes := []head{}, [][]byte{}
	for _, file := range bundle.File {
		if !noteName.MatchString(file.Name) {
			continue
		}
		isStamp := strings.HasPrefix(file.Name, "stamps/")
		content := read(bundle, file.Name)
		checkpoint, err := open(content, key)
		if err != nil {
			return nil, fmt.Errorf("%s is not signed with this key: %v", file.Name, err)
		}
		hashed := sha256.Sum256(content)
		if isStamp && !bytes.Contains(read(bundle, strings.TrimSuffix(file.Name, "note")+"tsr"), hashed[:]) {
			return nil, fmt.Errorf("%s: its stamp is missing, or over something else", file.Name)
		}
		found, notes = append(found, checkpoint), append(notes, content)
	}
	for _, witness := range witnesses {
		isCosigned := false
		for _, each := range notes {
			isCosigned = isCosigned || cosigned(string(each), witness)
		}
		if !isCosigned {
			return nil, fmt.Errorf("no checkpoint in it is cosigned by %s", strings.Split(witness, "+")[0])
		}
	}
	return found, nil
}

// witnessKey gives type and key in a witness's line, NAME+ID+KEY.
func witnessKey(vkey string) ([]byte, error) {
	wrong := fmt.Errorf("a witness's key is one line, NAME+ID+KEY")
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return nil, wrong
	}
	typed, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(typed) != 1+ed25519.PublicKeySize || typed[0] != 4 {
		return nil, wrong
	}
	id := sha256.Sum256([]byte(parts[0] + "\n" + string(typed)))
	if hex.EncodeToString(id[:4]) != parts[1] {
		return nil, wrong
	}
	return typed, nil
}

// cosigned tells whether a witness signed a note (C2SP tlog-cosignature v1, type 0x04).
func cosigned(message, vkey string) bool {
	typed, err := witnessKey(vkey)
	if err != nil {
		return false
	}
	name := strings.Split(vkey, "+")[0]
	id := sha256.Sum256([]byte(name + "\n" + string(typed)))
	cut := strings.Index(message, "\n\n")
	if cut < 0 {
		return false
	}
	for _, line := range strings.Split(message[cut+2:], "\n") {
		words := strings.Split(line, " ")
		if len(words) != 3 || words[0] != "—" || words[1] != name {
			continue
		}
		decoded, err := base64.StdEncoding.DecodeString(words[2])
		if err != nil || len(decoded) != 12+ed25519.SignatureSize || !bytes.Equal(decoded[:4], id[:4]) {
			continue
		}
		signed := fmt.Sprintf("cosignature/v1\ntime %d\n%s", binary.BigEndian.Uint64(decoded[4:12]), message[:cut+1])
		if ed25519.Verify(typed[1:], []byte(signed), decoded[12:]) {
			return true
		}
	}
	return false
}
