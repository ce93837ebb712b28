package docs

import rt "github.com/rtgen/rtgen/runtime"
