#!/bin/sh
# Copies models and data of this repository into fuzz/corpus, a file an input; what fuzzing found stays.
set -eu
cd "$(dirname "$0")/.."
mkdir -p fuzz/corpus/parse fuzz/corpus/check fuzz/corpus/csv

name() { printf '%s' "$1" | tr '/' '-'; }

find models library tests -name '*.pgm' -size -16k | while read -r file; do
    cp "$file" "fuzz/corpus/parse/$(name "$file")"
done

# The blocks of the documentation.
for page in docs/*.md README.md; do
    awk -v to="fuzz/corpus/parse/$(name "$page")" '
        /^```pgm/ { inside = 1; count++; next }
        /^```/ { inside = 0 }
        inside { print > (to "-" count ".pgm") }
    ' "$page"
done
cp fuzz/corpus/parse/* fuzz/corpus/check/

# The first byte of an input of `csv` tells its kind: c (0), d (1), e (2) of three.
find models tests \( -name '*.csv' -o -name '*.json' -o -name '*.tsv' \) -size -8k | while read -r file; do
    case "$file" in
    *.json) kind=d ;;
    *.tsv) kind=e ;;
    *) kind=c ;;
    esac
    { printf '%s' "$kind"; cat "$file"; } > "fuzz/corpus/csv/$(name "$file")"
done
# Small data for the models that the target holds.
small() { printf "$2" > "fuzz/corpus/csv/small-$1"; }
small line 'cx,y\n1,2\n0.5,NA\n'
small groups 'cg,n\na,1\nb,0\na,3\n'
small kinds 'ck,c,z\na,1,0\nb,0,1\n'
small vectors 'cx.1,x.2\n1,2\n3,4\n'
small censored 'd{"n": 2, "l": [1, 2], "r": [true, false], "y": [0.5, null]}'
small chain 'cy\n1\n2\n1.5\n'
