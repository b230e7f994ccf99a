#!/bin/sh
# Tests the launcher: every way to find a JDK, every way to build, with JDKs and a Maven that are
# small scripts; and, called with "real" as its argument, a build of this tree by the real Maven.
# The last line counts: launcher: N passed, N failed, N skipped
# shellcheck disable=SC2016 # what stands in single quotes is for another shell
set -u

tree=$(CDPATH='' cd -P -- "$(dirname -- "$0")/.." && pwd -P)
work=$(mktemp -d "${TMPDIR:-/tmp}/holdfast launcher.XXXXXX") || exit 1
work=$(CDPATH='' cd -P -- "$work" && pwd -P)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP
passed=0
failed=0
skipped=0

pass() {
  passed=$((passed + 1))
  echo "ok       $1"
}

not_ok() {
  failed=$((failed + 1))
  echo "FAILED   $1"
  echo "  exit code $code; stdout:"
  sed 's/^/    /' "$work/out"
  echo "  stderr:"
  sed 's/^/    /' "$work/err"
}

skip() {
  skipped=$((skipped + 1))
  echo "skipped  $1: $2"
}

# check SENTENCE COMMAND...: passes if the command succeeds.
check() {
  sentence=$1
  shift
  if "$@"; then pass "$sentence"; else not_ok "$sentence"; fi
}

# run COMMAND...: keeps its exit code, stdout and stderr for the checks.
run() {
  "$@" >"$work/out" 2>"$work/err" </dev/null
  code=$?
}

exits() { [ "$code" -eq "$1" ]; }
prints() { grep -qF -- "$1" "$work/out"; }
says() { grep -qF -- "$1" "$work/err"; }
says_not() { ! grep -qF -- "$1" "$work/err"; }
silent() { [ ! -s "$work/err" ]; }
lines_of_stderr() { [ "$(wc -l <"$work/err")" -eq "$1" ]; }
builds_there() { [ "$(find "$1/.holdfast-build" -maxdepth 1 -name 'b-*' | wc -l)" -eq "$2" ]; }
same() { [ "$1" = "$2" ]; }
missing() { [ ! -e "$1" ]; }

# wait_for COMMAND...: waits until the command succeeds, at most a minute.
wait_for() {
  tries=0
  until "$@" 2>/dev/null; do
    tries=$((tries + 1))
    if [ "$tries" -gt 600 ]; then return 1; fi
    sleep 0.1
  done
}

# --- JDKs and a Maven that are scripts ------------------------------------------------------------

# jdk FOLDER VERSION: its java says which one it is, and what it was given.
jdk() {
  mkdir -p "$1/bin"
  printf 'IMPLEMENTOR="Nobody"\nJAVA_VERSION="%s"\nOS_NAME="Any"\n' "$2" >"$1/release"
  cat >"$1/bin/java" <<'JAVA'
#!/bin/sh
home=$(CDPATH='' cd -P -- "$(dirname -- "$0")/.." && pwd -P)
echo "pid=$$"
echo "home=$home"
for argument; do echo "argument=$argument"; done
for argument; do
  case $argument in
    */lib/\*) cat "${argument%\*}content" 2>/dev/null ;;
    stay) exec sleep 600 ;;
    code=*) exit "${argument#code=}" ;;
  esac
done
exit 0
JAVA
  cp "$1/bin/java" "$1/bin/javac"
  chmod +x "$1/bin/java" "$1/bin/javac"
}

# The tools that the launcher may use: neither a java nor a mvn, nor flock, is among them.
tools=$work/tools
mkdir "$tools"
for tool in sh cat cksum chmod cp date dirname expr find grep gzip head id kill ln ls mkdir mktemp mv ps \
  readlink rm rmdir sed sleep sort tail tar touch uname wc; do
  found=$(command -v "$tool") && [ -x "$found" ] && ln -s "$found" "$tools/$tool"
done
mkdir "$work/flock" "$work/maven" "$work/empty home"
ln -s "$(command -v flock)" "$work/flock/flock" 2>/dev/null

cat >"$work/maven/mvn" <<'MVN'
#!/bin/sh
# Packs the content of the source file, and counts how often it was called.
for argument; do
  case $argument in -Dholdfast.work=*) out=${argument#*=} ;; esac
done
echo "$JAVA_HOME" >>"$COUNT"
echo "a line on stdout"
if [ -f "$COUNT.fail" ]; then
  echo "[ERROR] the compiler is not amused"
  exit 1
fi
while [ -f "$COUNT.hold" ]; do sleep 0.1; done
mkdir -p "$out/holdfast-cli" "$out/packed/holdfast-1/lib"
cat cli/src/main/Source.java >"$out/packed/holdfast-1/lib/content"
cd "$out/packed" && tar -cf - holdfast-1 | gzip >"$out/holdfast-cli/holdfast-1.tar.gz"
MVN
chmod +x "$work/maven/mvn"

# clean [NAME=VALUE...] COMMAND...: without the JDKs and variables of whoever runs this.
clean() {
  env -i "PATH=$path" "HOME=$home" "COUNT=$work/count" "$@"
}
# The same for a command in the background, so that $! is the command and no shell around it.
become() {
  exec env -i "PATH=$path" "HOME=$home" "COUNT=$work/count" "$@"
}
path=$tools
home="$work/empty home"

# --- Finding a JDK --------------------------------------------------------------------------------

release="$work/a release"
mkdir -p "$release/bin" "$release/lib"
cp "$tree/holdfast" "$release/bin/holdfast"
holdfast="$release/bin/holdfast"
jdk "$work/jdk 17" 17.0.15
jdk "$work/jdk 25" 25.0.1
jdk "$work/jdk 26" 26-ea
jdk "$work/jdk 8" 1.8.0_402

run clean "HOLDFAST_JAVA=$work/jdk 26" "JAVA_HOME=$work/jdk 25" "$holdfast" one 'two words' '*'
check 'HOLDFAST_JAVA comes before JAVA_HOME' prints "home=$work/jdk 26"
check 'arguments pass as they are' prints 'argument=two words'
check 'arguments are not expanded' prints 'argument=*'
check 'the main class is on the class path of the lib folder' prints "argument=$release/lib/*"
check 'a release says nothing of its own' silent

run clean "HOLDFAST_JAVA=$work/jdk 25/bin/java" "$holdfast"
check 'HOLDFAST_JAVA may be the java program' prints "home=$work/jdk 25"

ln -s "$work/jdk 25" "$work/link to jdk"
run clean "HOLDFAST_JAVA=$work/link to jdk" "$holdfast"
check 'HOLDFAST_JAVA may be a link' prints "home=$work/jdk 25"

run clean "HOLDFAST_JAVA=$work/jdk 17" "JAVA_HOME=$work/jdk 25" "$holdfast"
check 'HOLDFAST_JAVA that is too old is an error' exits 3
check 'the error names the JDK and its version' says "$work/jdk 17 (17.0.15)"
check 'an error leaves stdout empty' test ! -s "$work/out"

run clean "HOLDFAST_JAVA=$work/jdk 8" "$holdfast"
check 'HOLDFAST_JAVA with a version 1.8 is too old' exits 3

run clean "HOLDFAST_JAVA=$work/nowhere" "JAVA_HOME=$work/jdk 25" "$holdfast"
check 'HOLDFAST_JAVA that is no JDK is an error' exits 3
check 'the error says what HOLDFAST_JAVA was' says "$work/nowhere"

run clean "JAVA_HOME=$work/jdk 25" "$holdfast"
check 'JAVA_HOME is taken' prints "home=$work/jdk 25"

path="$work/jdk 17/bin:$work/jdk 25/bin:$tools"
run clean "JAVA_HOME=$work/jdk 8" "$holdfast"
check 'a JAVA_HOME and a java on the path that are too old are passed over' prints "home=$work/jdk 25"
check 'what is passed over is not mentioned when another is found' silent

mkdir -p "$work/links/etc"
ln -s "$work/jdk 25/bin/java" "$work/links/etc/java"
ln -s etc/java "$work/links/java"
path="$work/links:$tools"
run clean "$holdfast"
check 'a java on the path is followed through links to its JDK' prints "home=$work/jdk 25"

ln -s java "$work/links/etc/loop"
rm "$work/links/java" && ln -s loop "$work/links/java" && ln -s java "$work/links/loop"
run clean "JAVA_HOME=$work/jdk 26" "$holdfast"
check 'links that lead in a circle do no harm' prints "home=$work/jdk 26"
path=$tools

for place in .sdkman/candidates/java/25.0.1-tem .jdks/temurin-25.0.1 .asdf/installs/java/temurin-25 \
  .local/share/mise/installs/java/25 .jenv/versions/25 .jabba/jdk/25 .gradle/jdks/25 \
  Library/Java/JavaVirtualMachines/temurin-25.jdk/Contents/Home; do
  home="$work/home of someone"
  rm -rf "$home"
  jdk "$home/$place/../an older one" 21.0.2
  jdk "$home/$place" 25.0.1
  run clean "$holdfast"
  check "a JDK in ~/$place is found" prints "home=$home/$place"
done
home="$work/empty home"

jdk "$work/opt/mine/installs/java/25" 25.0.1
run clean "MISE_DATA_DIR=$work/opt/mine" "$holdfast"
check 'a version manager may keep its JDKs elsewhere' prints "home=$work/opt/mine/installs/java/25"

# The JDKs of this machine are hidden by an empty folder mounted over them, for one command.
apart='mount -t tmpfs none /usr/lib/jvm && mount -t tmpfs none /opt && eval "$PREPARE" && exec "$@"'
in_place() {
  prepare=$1
  shift
  run unshare -m env -i "PATH=$PATH" "PREPARE=$prepare" sh -c "$apart" - env -i "PATH=$tools" "HOME=$home" "$@"
}
mkdir -p /usr/lib/jvm 2>/dev/null
in_place true sh -c :
if exits 0; then
  in_place true "$holdfast"
  check 'with no JDK there is an error' exits 3
  check 'it says what to install' says 'openjdk-25-jdk'
  check 'it does not speak of old JDKs that are not there' says_not 'too old'
  in_place 'cp -R "'"$work/jdk 17"'" /usr/lib/jvm/java-17' "$holdfast"
  check 'with only an old JDK there is an error' exits 3
  check 'it names the old JDK' says '/usr/lib/jvm/java-17 (17.0.15)'
  in_place 'cp -R "'"$work/jdk 25"'" /usr/lib/jvm/java-25' "$holdfast"
  check 'a JDK in /usr/lib/jvm is found' prints 'home=/usr/lib/jvm/java-25'
  in_place 'cp -R "'"$work/jdk 25"'" "/opt/jdk-25"' "$holdfast"
  check 'a JDK in /opt is found' prints 'home=/opt/jdk-25'
else
  skip 'with no JDK there is an error' 'this user may not hide the JDKs of this machine (unshare, mount)'
fi

# --- Starting the JVM -----------------------------------------------------------------------------

run clean "JAVA_HOME=$work/jdk 25" "HOLDFAST_JAVA_OPTS=-Xmx64m  -Da=*" "$holdfast" run
check 'HOLDFAST_JAVA_OPTS is split at blanks' prints 'argument=-Xmx64m'
check 'HOLDFAST_JAVA_OPTS is not expanded' prints 'argument=-Da=*'
check 'HOLDFAST_JAVA_OPTS comes after the options of the launcher' same "$(grep -n -e '-Xmx64m' "$work/out" | cut -d: -f1)" \
  "$(($(grep -n -e '^argument=-cp' "$work/out" | cut -d: -f1) - 2))"
check 'a collector is chosen' prints 'argument=-XX:+UseSerialGC'
run clean "JAVA_HOME=$work/jdk 25" "HOLDFAST_JAVA_OPTS=-XX:+UseZGC" "$holdfast" run
check 'HOLDFAST_JAVA_OPTS may choose another collector' same '' "$(grep Serial "$work/out")"
run clean "JAVA_HOME=$work/jdk 25" "$holdfast" code=42
check 'the exit code is the one of the JVM' exits 42

mkdir "$work/home bin"
ln -s "$holdfast" "$work/home bin/first"
ln -s first "$work/home bin/holdfast"
run clean "JAVA_HOME=$work/jdk 25" "$work/home bin/holdfast"
check 'the launcher may be reached through links' prints "argument=$release/lib/*"
path="$work/home bin:$tools"
run clean "JAVA_HOME=$work/jdk 25" sh -c 'cd / && holdfast'
check 'the launcher may be found on the path' prints "argument=$release/lib/*"
path=$tools
run clean "JAVA_HOME=$work/jdk 25" sh -c 'cd "$1" && sh holdfast' - "$release/bin"
check 'the launcher may be given to sh' prints "argument=$release/lib/*"

mkdir "$work/alone"
cp "$tree/holdfast" "$work/alone/holdfast"
run clean "JAVA_HOME=$work/jdk 25" "$work/alone/holdfast"
check 'a launcher that stands alone says so' exits 3

# --- Building -------------------------------------------------------------------------------------

count() { [ -f "$work/count" ] && wc -l <"$work/count" || echo 0; }
# Staleness is judged by times: an edit must not fall into the tick in which the build began.
edit() { sleep 0.05 && "$@"; }

test_building() {
  with=$1
  rm -f "$work/count"*
  sources="$work/source tree $with"
  mkdir -p "$sources/cli/src/main/deep/er" "$sources/engine/src/main"
  touch "$sources/pom.xml" "$sources/cli/pom.xml" "$sources/engine/pom.xml"
  echo 'content=1' >"$sources/cli/src/main/Source.java"
  echo 'one' >"$sources/cli/src/main/deep/er/Other.java"
  cp "$tree/holdfast" "$sources/holdfast"
  holdfast="$sources/holdfast"

  path=$locks:$tools
  run clean "JAVA_HOME=$work/jdk 25" "$holdfast"
  check "[$with] a missing mvn is an error" exits 3
  check "[$with] it says what to install" says 'install Maven'
  path=$locks:$work/maven:$tools

  run clean "JAVA_HOME=$work/jdk 25" "$holdfast" code=7
  check "[$with] a tree without a build is built" prints 'content=1'
  check "[$with] the command runs after the build" exits 7
  check "[$with] the build says one line" lines_of_stderr 1
  check "[$with] it says how long it took" grep -qE 'building \.\.\. [0-9]+ s\.$' "$work/err"
  check "[$with] Maven says nothing on stdout" same '' "$(grep 'a line' "$work/out")"
  check "[$with] JAVA_HOME of the build is the JDK that was found" same "$work/jdk 25" "$(cat "$work/count")"

  run clean "JAVA_HOME=$work/jdk 25" "$holdfast"
  check "[$with] a fresh build is taken as it is" same 1 "$(count)"
  check "[$with] and nothing is said" silent

  edit touch "$sources/cli/src/main/deep/er/Other.java"
  run clean "JAVA_HOME=$work/jdk 25" "$holdfast"
  check "[$with] a source that is newer is built" same 2 "$(count)"
  edit touch "$sources/engine/pom.xml"
  run clean "JAVA_HOME=$work/jdk 25" "$holdfast"
  check "[$with] a pom that is newer is built" same 3 "$(count)"
  edit rm "$sources/cli/src/main/deep/er/Other.java"
  run clean "JAVA_HOME=$work/jdk 25" "$holdfast"
  check "[$with] a source that was deleted is built" same 4 "$(count)"
  touch -t 202001010000 "$work/old one" && mv "$work/old one" "$sources/cli/src/main/Old.java"
  run clean "JAVA_HOME=$work/jdk 25" "$holdfast"
  check "[$with] an old source that came from elsewhere is built" same 5 "$(count)"
  edit touch "$sources/cli/src/main/.Source.java.swp" "$sources/cli/src/main/Source.java~"
  run clean "JAVA_HOME=$work/jdk 25" "$holdfast"
  check "[$with] what an editor leaves is not built" same 5 "$(count)"

  echo 'content=broken' >"$sources/cli/src/main/Source.java"
  touch "$work/count.fail"
  run clean "JAVA_HOME=$work/jdk 25" "$holdfast"
  check "[$with] a failed build is exit code 3" exits 3
  check "[$with] it shows the last lines of Maven" says 'the compiler is not amused'
  check "[$with] it says where the log is" says "$sources/.holdfast-build/build.log"
  check "[$with] it leaves stdout empty" test ! -s "$work/out"
  rm "$work/count.fail"
  echo 'content=2' >"$sources/cli/src/main/Source.java"
  run clean "JAVA_HOME=$work/jdk 25" "$holdfast"
  check "[$with] after a failed build the next one is tried" prints 'content=2'
  check "[$with] nothing is left of builds that nobody uses" builds_there "$sources" 1

  # A rebuild while something runs.
  run clean "JAVA_HOME=$work/jdk 25" "$holdfast"
  # One of the round before says the same.
  rm -f "$work/stay"
  become "JAVA_HOME=$work/jdk 25" "$holdfast" stay >"$work/stay" 2>&1 </dev/null &
  stay=$!
  wait_for grep -q 'content=2' "$work/stay"
  lib=$(sed -n 's/^argument=\(.*\)\/\*$/\1/p' "$work/stay")
  edit sh -c 'echo content=3 >"$1/cli/src/main/Source.java"' - "$sources"
  run clean "JAVA_HOME=$work/jdk 25" "$holdfast"
  check "[$with] a rebuild takes place while a process runs" prints 'content=3'
  check "[$with] the files of the running process stay as they are" same 'content=2' "$(cat "$lib/content")"
  check "[$with] the launcher has become the JVM" grep -qx "pid=$stay" "$work/stay"
  kill "$stay"
  wait "$stay" 2>/dev/null
  edit sh -c 'echo content=4 >"$1/cli/src/main/Source.java"' - "$sources"
  run clean "JAVA_HOME=$work/jdk 25" "$holdfast"
  check "[$with] the next build removes them when the process has ended" missing "$lib"

  # Two terminals.
  edit sh -c 'echo content=5 >"$1/cli/src/main/Source.java"' - "$sources"
  before=$(count)
  touch "$work/count.hold"
  become "JAVA_HOME=$work/jdk 25" "$holdfast" first >"$work/first" 2>&1 </dev/null &
  first=$!
  more_than_before() { [ "$(count)" -gt "$before" ]; }
  wait_for more_than_before
  become "JAVA_HOME=$work/jdk 25" "$holdfast" second >"$work/out" 2>"$work/err" </dev/null &
  second=$!
  wait_for says 'waiting'
  check "[$with] a second terminal says that it waits" says 'another terminal is building'
  rm "$work/count.hold"
  wait "$second"
  code=$?
  wait "$first"
  check "[$with] the second terminal runs what the first one built" prints 'content=5'
  check "[$with] one build serves both" same "$((before + 1))" "$(count)"

  # A builder that is killed.
  edit sh -c 'echo content=6 >"$1/cli/src/main/Source.java"' - "$sources"
  before=$(count)
  touch "$work/count.hold"
  become "JAVA_HOME=$work/jdk 25" "$holdfast" >"$work/first" 2>&1 </dev/null &
  first=$!
  wait_for more_than_before
  kill -9 "$first"
  wait "$first" 2>/dev/null
  rm "$work/count.hold"
  run clean "JAVA_HOME=$work/jdk 25" "$holdfast"
  check "[$with] a build that was killed does not block the next one" prints 'content=6'
  check "[$with] and leaves nothing behind" builds_there "$sources" 1
}

locks=$work/none
test_building 'no flock'
if [ -x "$work/flock/flock" ]; then
  locks=$work/flock
  test_building flock
else
  skip 'building with flock' 'there is no flock on this machine'
fi

# --- The real thing -------------------------------------------------------------------------------

if [ "${1:-}" = real ]; then
  clone="$work/a real clone"
  mkdir "$clone"
  (cd "$tree" && git ls-files -z --cached --others --exclude-standard | tar --null -T - -cf - 2>/dev/null) | (cd "$clone" && tar -xf -)
  holdfast="$clone/holdfast"
  "$holdfast" >"$work/first" 2>"$work/first.err" </dev/null &
  first=$!
  run "$holdfast"
  second=$code
  wait "$first"
  check '[real] two terminals start a fresh clone at once' same "$? $second" '2 2'
  check '[real] one of them builds' same 1 "$(cat "$work/first.err" "$work/err" | grep -c 'not been built')"
  run "$holdfast" --version
  check '[real] the next start finds the build' exits 0
  check '[real] no JVM and no logger speaks' silent

  mkdir "$work/an unpacked release"
  gzip -dc "$clone"/.holdfast-build/maven/holdfast-cli/holdfast-*.tar.gz | (cd "$work/an unpacked release" && tar -xf -)
  rm -rf "$clone"
  for unpacked in "$work/an unpacked release"/holdfast-*; do
    run "$unpacked/bin/holdfast" --version
    check '[real] an unpacked release runs where it is' exits 0
    for file in LICENSE NOTICE; do
      check "[real] a release holds its $file" test -s "$unpacked/$file"
    done
  done
fi

echo "launcher: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
