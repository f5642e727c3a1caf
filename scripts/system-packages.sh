#!/bin/sh
# Install the system packages a make target wants, where root and apt are there; otherwise say what is missing.
# usage: system-packages.sh fonts|browser
set -eu

want() { # want PACKAGES REASON
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "== 安装系统软件包：$1"
        { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $1 >/dev/null; } ||
            echo "!! 未能安装 $1：$2"
    else
        echo "!! 缺少系统软件包 $1：$2（Debian/Ubuntu：sudo apt-get install $1）"
    fi
}

case "${1:-}" in
fonts)
    if ! fc-list :lang=zh 2>/dev/null | grep -q .; then
        want "fontconfig fonts-noto-cjk" "没有中文字体，报告里的图表会改用英文标注"
    fi
    ;;
browser)
    missing=""
    command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
    command -v soffice >/dev/null 2>&1 || missing="$missing libreoffice-writer-nogui libreoffice-calc-nogui"
    command -v pdftoppm >/dev/null 2>&1 || missing="$missing poppler-utils"
    if ! tesseract --list-langs 2>/dev/null | grep -q chi_sim; then
        missing="$missing tesseract-ocr tesseract-ocr-chi-sim"
    fi
    if [ -n "$missing" ]; then
        want "${missing# }" "缺少它们时，浏览器、文档转换与扫描件识别的测试会跳过并说明原因"
    fi
    ;;
*)
    echo "usage: $0 fonts|browser" >&2
    exit 2
    ;;
esac
