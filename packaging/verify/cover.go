// What of a bundle's file no proof covers: members that are none of a bundle's, and bytes around the zip.
package main

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"regexp"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

const mostNamed = 5

var noteName = regexp.MustCompile(`^(witnessed/[0-9a-f]{8}|stamps/[0-9]{1,19})\.note$`)

// checkCover names what somebody has added to the bundle of a log of this size.
func checkCover(path string, bundle *zip.Reader, size int64) error {
	left := map[string]int{"entries.jsonl": 1, "fields.jsonl": 1, "checkpoint": 1, "checkpoints": 1, "log.vkey": 1, "manifest.json": 1, "README.txt": 1}
	for level := 0; size>>(8*level) > 0; level++ {
		for place := int64(0); place*width < size>>(8*level); place++ {
			left[tilePath(level, place, size)] = 1
		}
	}
	for _, file := range bundle.File {
		if noteName.MatchString(file.Name) {
			left[file.Name] = 1
			if strings.HasPrefix(file.Name, "stamps/") {
				left[strings.TrimSuffix(file.Name, "note")+"tsr"] = 1
			}
		}
	}
	added, err := around(path)
	if err != nil {
		return err
	}
	for _, file := range bundle.File {
		if left[file.Name]--; left[file.Name] < 0 {
			added = append(added, fmt.Sprintf("%q", file.Name))
		}
	}
	if len(added) == 0 {
		return nil
	}
	more := ""
	if len(added) > mostNamed {
		added, more = added[:mostNamed], fmt.Sprintf(" and %d more", len(added)-mostNamed)
	}
	return fmt.Errorf("the log in it is intact, but not covered by any proof: %s%s", strings.Join(added, ", "), more)
}

// around tells of bytes before and after the zip: its last record must end the file, and its parts must fill it (APPNOTE 4.3).
func around(path string) ([]string, error) {
	content, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer content.Close()
	about, err := content.Stat()
	if err != nil {
		return nil, err
	}
	length := int64(22 + 20 + 56) // the last record, and before it those of a zip of 65,536 members and more
	if about.Size() < length {
		length = about.Size()
	}
	tail := make([]byte, length)
	if _, err := content.ReadAt(tail, about.Size()-length); err != nil {
		return nil, err
	}
	end := tail[len(tail)-22:]
	if !bytes.HasPrefix(end, []byte("PK\x05\x06")) || end[20] != 0 || end[21] != 0 {
		return []string{"bytes after the zip"}, nil
	}
	filled := int64(binary.LittleEndian.Uint32(end[12:])) + int64(binary.LittleEndian.Uint32(end[16:])) + 22
	if len(tail) == 22+20+56 && bytes.HasPrefix(tail, []byte("PK\x06\x06")) {
		filled = int64(binary.LittleEndian.Uint64(tail[40:])+binary.LittleEndian.Uint64(tail[48:])) + int64(len(tail))
	}
	if filled != about.Size() {
		return []string{"bytes before the zip"}, nil
	}
	return nil, nil
}

// tilePath names a tile as C2SP tlog-tiles does.
func tilePath(level int, place, size int64) string {
	tile := tlog.Tile{H: 8, L: level, N: place, W: width}
	if left := size>>(8*level) - place*width; left < width {
		tile.W = int(left)
	}
	return strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
}
