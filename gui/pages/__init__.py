"""The five pages. They do not know one another; they meet in `gui.state.AppState`."""
