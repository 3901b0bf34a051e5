namespace Ecs.Log.Tests;

/// <summary>Waiting for what must come, with a deadline that only a failure reaches.</summary>
public static class Eventually
{
    public static Task Holds(Func<bool> holds) => Holds(() => Task.FromResult(holds()));

    public static async Task Holds(Func<Task<bool>> holds)
    {
        var ct = TestContext.Current.CancellationToken;
        var deadline = DateTime.UtcNow.AddSeconds(30);
        while (!await holds())
        {
            Assert.True(DateTime.UtcNow < deadline, "what was waited for did not come within 30 s");
            await Task.Delay(10, ct);
        }
    }
}
