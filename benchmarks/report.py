"""The results as text."""

TITLES = {
    "evaluation": "One evaluation of cost and gradient, relative to the matrix products alone",
    "few_samples": "Few samples, relative to clean NumPy",
    "samples": "Growth in the number of samples, relative to the matrix products alone",
    "hidden_units": "Growth in the number of hidden units, relative to the matrix products alone",
    "hidden_layers": "Growth in depth, with a penalty on every hidden layer, relative to the matrix products alone",
    "precision": "Single precision, relative to double",
    "workers": "Workers, relative to one",
    "kernels": "OPENBLAS_CORETYPE, relative to the kernel that OpenBLAS detects",
}
DISTURBED = "Other work on this machine spoiled these races, whose numbers mean nothing:"


def report(results):
    """All tables, each with its heading; the ratios are medians over the rounds, with their quartiles."""
    blocks = [_machine(results["machine"]), _kernels(results)]
    if results["missing"]:
        blocks.append(
            "Missing, because not installed:\n"
            + "\n".join(f"  {name}: {', '.join(packages)}" for name, packages in results["missing"].items())
        )
    for key, title in TITLES.items():
        blocks.append("\n".join([title, *(_race(record) for record in results[key])]))
    blocks += [_memory(results["memory"]), _training(results["training"]), _disturbed(results["disturbed"])]
    return "\n\n".join(blocks)


def _machine(machine):
    lines = [f"{machine['cpu']}, {machine['cores']} cores, {machine['system']}, Python {machine['python']}"]
    lines.append(", ".join(f"{name} {version}" for name, version in machine["versions"].items() if version))
    lines += [
        f"BLAS of {blas['package']}: {blas['library']} {blas['version']}, kernel {blas['kernel']}, "
        f"{blas['threads']} threads ({blas['threading']})"
        for blas in machine["blas"]
    ]
    lines += [f"{name}={value}" for name, value in machine["environment"].items()]
    return "\n".join(lines)


def _kernels(results):
    detected, kernels = results["detected_kernel"], {record["entries"][0]["kernel"] for record in results["evaluation"]}
    others = sorted(kernels - {detected})
    extent = f"as well as under {', '.join(others)}" if others else "alone"
    return f"NumPy multiplies with {detected}, as detected; the main races are run under it {extent}"


def _disturbed(sentences):
    if not sentences:
        return "Nothing else disturbed the measurements."
    return "\n  ".join([DISTURBED, *sentences])


def _shape(record):
    return f"{'-'.join(map(str, record['layer_sizes']))}, m = {record['n_samples']}"


def _race(record):
    agreement = record["largest_difference"]
    head = f"  {_shape(record)}" + ("" if agreement is None else f" (all agree to {agreement:.0e})")
    return "\n".join(
        [head]
        + [
            f"    {entry['name']:22s} {_spread(entry['ratio'])}   {1e3 * entry['seconds']['median']:10.3f} ms   "
            f"{entry['kernel']}"
            for entry in record["entries"]
        ]
    )


def _memory(record):
    title = "Peak memory beyond the data, relative to the data"
    if record is None:
        return f"{title}\n  not measured, because the kernel of this system does not report it"
    lines = [f"    {e['name']:22s} {e['ratio']:6.2f}   {e['bytes'] / 1e6:10.1f} MB" for e in record["entries"]]
    return "\n".join([title, f"  {_shape(record)}, {record['data_bytes'] / 1e6:.1f} MB of data", *lines])


def _training(record):
    lines = [
        f"Training, relative to {record['entries'][0]['name']}",
        f"  {_shape(record)}, {record['max_iter']} iterations",
    ]
    for entry in record["entries"]:
        lines.append(
            f"    {entry['name']:26s} {_spread(entry['ratio'])}   {entry['seconds']['median']:8.2f} s, "
            f"{entry['n_iter']['median']:.0f} iterations, {1e3 * entry['seconds_per_iteration']['median']:.2f} ms each"
            f", {entry['kernel']}"
        )
        if "cost" in entry:
            lines.append(
                f"    {'  to the common cost':26s} {_spread(entry['ratio_to_common_cost'])}   "
                f"{entry['seconds_to_common_cost']['median']:8.2f} s; cost {entry['cost']['median']:.4f} "
                f"after {entry['n_evaluations']['median']:.0f} evaluations"
            )
        else:
            lines.append("      another, simpler problem: a linear output and no sparsity penalty")
    return "\n".join(lines)


def _spread(numbers):
    return f"{numbers['median']:6.2f} ({numbers['lower']:.2f} to {numbers['upper']:.2f})"
