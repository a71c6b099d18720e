"""Pure decisions of the catalog: what a tier stands for, who depends on whom, what can be promised."""
