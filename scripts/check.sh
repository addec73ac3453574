# shellcheck shell=bash
# The checks that need no database: ./dev check runs each and reports all that fail. Sourced by ./dev.

# tracked PATTERN…: the files that git knows (or would add) under the patterns, one a line.
tracked() { git -C "$ROOT" ls-files --cached --others --exclude-standard -- "$@" | sort -u; }

# check_sizes: a file that must be scrolled for minutes is two files.
check_sizes() {
  local file lines bad=0
  while IFS= read -r file; do
    [ -f "$ROOT/$file" ] || continue
    lines=$(wc -l <"$ROOT/$file")
    if [ "$lines" -gt 400 ]; then
      echo "$file: $lines lines, over 400: split it by what it does"
      bad=1
    fi
  done < <(tracked '*.rs' '*.ts' '*.sql' '*.py' '*.mjs' '*.lua' '*.css' '*.sh' dev)
  return "$bad"
}

# check_words: nothing is left for later, and no test is skipped in silence. (The words are written here in
# pieces, or this file would find itself.)
check_words() {
  local words='\b(TO''DO|FIX''ME|XX''X)\b|to''do!\(|unimple''mented!\(|#\[ign''ore'
  ! git -C "$ROOT" grep --untracked -nE "$words" -- '*.rs' '*.ts' '*.sql' '*.py' '*.mjs' '*.sh' dev '*.toml'
}

# check_links: what a page of documentation links to exists (relative links of Markdown files).
check_links() {
  local file link target bad=0
  while IFS= read -r file; do
    [ -f "$ROOT/$file" ] || continue
    while IFS= read -r link; do
      case $link in '' | '#'* | *://* | mailto:*) continue ;; esac
      target=$(dirname "$ROOT/$file")/${link%%#*}
      if [ ! -e "$target" ]; then
        echo "$file: links to $link, which does not exist"
        bad=1
      fi
    done < <(grep -oE '\]\([^)[:space:]]+' "$ROOT/$file" | cut -c 3-)
  done < <(tracked '*.md')
  return "$bad"
}

check_format() { cargo fmt --manifest-path "$ROOT/Cargo.toml" --all --check -- --color never; }

check_clippy() {
  cargo clippy --manifest-path "$ROOT/Cargo.toml" --workspace --all-targets -- -D warnings
}

# check_docs: for those who work on the program, so private items are documented and may be linked.
check_docs() {
  RUSTDOCFLAGS='-D warnings -A rustdoc::private_intra_doc_links' cargo doc --manifest-path "$ROOT/Cargo.toml" \
    --workspace --no-deps --document-private-items
}

check_types() { (cd "$ROOT/web" && npx --no-install tsc --noEmit); }

# run_checks: every check, each a part of the summary.
run_checks() {
  part "file sizes" check_sizes
  part "words left for later" check_words
  part "links of the documentation" check_links
  part "formatting of the Rust code" check_format
  part "clippy" check_clippy
  part "documentation of the Rust code" check_docs
  [ ! -e "$ROOT/web/package.json" ] || part "types of the viewer" check_types
}
