#!/bin/sh
# Puts the window into the menu of your desktop, for you alone; --remove takes it out again.
# The folder stays where it is.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
data=${XDG_DATA_HOME:-$HOME/.local/share}
entry=$data/applications/mozregression-gui.desktop
icon=$data/icons/hicolor/scalable/apps/mozregression-gui.svg

case ${1-} in
--remove)
    rm -f -- "$entry" "$icon"
    ;;
'')
    mkdir -p -- "$(dirname -- "$entry")" "$(dirname -- "$icon")"
    cp -- "$here/share/mozregression-gui.svg" "$icon"
    # Quoted for the Exec key, whose backslashes the file doubles, and % stands for itself as %%;
    # then for sed.
    program=$(printf '%s\n' "$here/mozregression-gui" |
        sed -e 's/\\/\\\\\\\\/g' -e 's/["`$]/\\\\&/g' -e 's/%/%%/g' -e 's/[\\&|]/\\&/g')
    sed "s|^Exec=.*|Exec=\"$program\"|" "$here/share/mozregression-gui.desktop" >"$entry"
    echo "mozregression is in your menu. The console is $here/mozregression."
    ;;
*)
    echo "usage: install.sh [--remove]" >&2
    exit 2
    ;;
esac
if command -v update-desktop-database >/dev/null; then
    update-desktop-database -q "$data/applications" || true
fi
