namespace Ecs.Log;

/// <summary>How long to wait between tries.</summary>
internal static class Retry
{
    /// <summary>The wait after a number of failed tries, from 1: doubling, up to a most.</summary>
    public static TimeSpan After(int failed)
    {
        // Twenty doublings are far past the most, and still no overflow.
        var doubled = LogLimits.RetryFirst * Math.Pow(2, Math.Min(failed - 1, 20));
        return doubled < LogLimits.RetryMost ? doubled : LogLimits.RetryMost;
    }
}
