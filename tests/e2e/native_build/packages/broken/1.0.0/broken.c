#error "this cannot be compiled"
