"""Pure decisions on budgets: parsing policies, states, the freeze, attribution, the burn-down."""
