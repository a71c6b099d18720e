"""Pure decisions about receivers, each as the original takes it."""
