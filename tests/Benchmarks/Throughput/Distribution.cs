using System.Globalization;

namespace Ecs.Benchmarks.Throughput;

/// <summary>Times of one kind, in milliseconds.</summary>
internal sealed class Distribution(IEnumerable<double> values)
{
    private readonly double[] _sorted = [.. values.Order()];

    /// <summary>The value that this part of all, 0..1, does not exceed.</summary>
    public double At(double part) =>
        _sorted.Length == 0 ? 0 : _sorted[Math.Min(_sorted.Length - 1, (int)(_sorted.Length * part))];

    /// <summary>Median and 99th percentile.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{At(0.5),7:N1} {At(0.99),7:N1}");
}
