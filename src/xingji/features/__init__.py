"""What a sales organisation does, each a module on the kernel. Features never import each other."""
