using System.Diagnostics;
using Ecs.EndToEnd.Clients;

namespace Ecs.EndToEnd.House;

/// <summary>Waits for what is promised: asks until it is there, and says at the deadline what was there.</summary>
internal static class Eventually
{
    /// <summary>Enough for anything that one machine does while others work on it too.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250);

    /// <summary>Enough for so many tasks, which a slow machine begins and ends one after another.</summary>
    public static TimeSpan PatienceFor(int tasks) => Patience + tasks * TimeSpan.FromSeconds(3);

    /// <summary>Asks until the answer is accepted, and gives it.</summary>
    public static async Task<T> GetAsync<T>(
        string what,
        Func<Task<T>> ask,
        Func<T, bool> isThere,
        TimeSpan? patience = null,
        Func<T, string>? show = null,
        bool retry = true)
    {
        var limit = patience ?? Patience;
        var clock = Stopwatch.StartNew();
        var pause = FirstPause;
        string last;
        while (true)
        {
            try
            {
                var answer = await ask();
                if (isThere(answer)) return answer;

                last = show?.Invoke(answer) ?? answer?.ToString() ?? "nothing";
            }
            catch (Exception fault) when (retry && fault is HttpRequestException or EcsError { IsServerFault: true }
                or TaskCanceledException or System.IO.IOException or TimeoutException)
            {
                last = fault.Message;
            }

            if (clock.Elapsed > limit)
            {
                throw new TimeoutException($"not within {limit.TotalSeconds:0} s: {what}; last seen: {last}");
            }

            await Task.Delay(pause, TestContext.Current.CancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>Waits until a condition holds.</summary>
    public static Task HoldsAsync(string what, Func<Task<bool>> isSo, TimeSpan? patience = null) =>
        GetAsync(what, isSo, holds => holds, patience);

    /// <summary>Waits until a condition holds.</summary>
    public static Task HoldsAsync(string what, Func<bool> isSo, TimeSpan? patience = null) =>
        HoldsAsync(what, () => Task.FromResult(isSo()), patience);
}
