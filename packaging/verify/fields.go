// What entries commit to: each field open with its salt, or masked by its commitment, or deleted by retention.
package main

import (
	"archive/zip"
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"sort"
	"strings"
)

// leaf is a line of entries.jsonl: what an entry commits to.
type leaf struct {
	Fields string
}

// checkFields holds each line of fields.jsonl against its leaf, and gives how many entries retention has deleted.
func checkFields(bundle *zip.Reader) (int, error) {
	entries, err := bundle.Open("entries.jsonl")
	if err != nil {
		return 0, err
	}
	defer entries.Close()
	leaves := bufio.NewReader(entries)
	file, err := bundle.Open("fields.jsonl")
	if err != nil {
		return 0, err
	}
	defer file.Close()
	fields := bufio.NewReader(file)
	gone, told := []int64{}, [][2]int64{}
	for place := int64(0); ; place++ {
		line, err := leaves.ReadBytes('\n')
		if err == io.EOF {
			if _, err := fields.ReadByte(); err != io.EOF {
				return 0, fmt.Errorf("the first bad entry is entry %d: fields of an entry that is not there", place)
			}
			break
		}
		if err != nil {
			return 0, err
		}
		content, err := fields.ReadBytes('\n')
		if err != nil {
			return 0, fmt.Errorf("the first bad entry is entry %d: its fields are missing", place)
		}
		action, details, isThere, err := opened(line, content, place)
		if err != nil {
			return 0, fmt.Errorf("the first bad entry is entry %d: %v", place, err)
		}
		if !isThere {
			gone = append(gone, place)
		} else if action == "entries_deleted" {
			for _, each := range strings.Fields(details["ranges"]) {
				var first, last int64
				if _, err := fmt.Sscanf(each, "%d-%d", &first, &last); err == nil {
					told = append(told, [2]int64{first, last})
				}
			}
		}
	}
	sort.Slice(told, func(a, b int) bool { return told[a][0] < told[b][0] })
	at, reach := 0, int64(-1)
	for _, place := range gone {
		for at < len(told) && told[at][0] <= place {
			if told[at][1] > reach {
				reach = told[at][1]
			}
			at++
		}
		if place > reach {
			return 0, fmt.Errorf("the first bad entry is entry %d: it is missing, and no deletion tells of it", place)
		}
	}
	return len(gone), nil
}

// opened gives action and details of an entry whose fields are what its leaf commits to, or that it is there no more.
func opened(line, content []byte, place int64) (string, map[string]string, bool, error) {
	entry := leaf{}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(line, &entry); err != nil {
		return "", nil, false, err
	}
	if err := json.Unmarshal(content, &fields); err != nil {
		return "", nil, false, fmt.Errorf("its fields cannot be read")
	}
	wrong := fmt.Errorf("its fields are not those that it commits to")
	if fields == nil {
		return "", nil, false, nil
	}
	names, over, values := []string{}, sha256.New(), map[string]string{}
	for name := range fields {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		var masked string
		var open [2]string
		if json.Unmarshal(fields[name], &masked) != nil {
			if err := json.Unmarshal(fields[name], &open); err != nil {
				return "", nil, false, wrong
			}
			salt, err := hex.DecodeString(open[0])
			if err != nil {
				return "", nil, false, wrong
			}
			hashed := sha256.Sum256([]byte(string(salt) + name + "\x00" + open[1]))
			masked = hex.EncodeToString(hashed[:])
			values[name] = open[1]
		}
		fmt.Fprintf(over, "%s\x00%s\n", name, masked)
	}
	if hex.EncodeToString(over.Sum(nil)) != entry.Fields || values["seq"] != fmt.Sprint(place) {
		return "", nil, false, wrong
	}
	details := map[string]string{}
	if text, isOpen := values["details"]; isOpen {
		if err := json.Unmarshal([]byte(text), &details); err != nil {
			return "", nil, false, wrong
		}
	}
	return values["action"], details, true, nil
}
