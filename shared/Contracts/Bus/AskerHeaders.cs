namespace Ecs.Contracts.Bus;

/// <summary>
/// How the Gateway tells the Auditor over HTTP who asks. The Auditor believes it: it answers nobody else.
/// </summary>
public static class AskerHeaders
{
    /// <summary>The account of whatever the question does not name one of.</summary>
    public const string Account = "X-Ecs-Asker-Account";

    /// <summary>The region of whatever the question does not name one of.</summary>
    public const string Region = "X-Ecs-Asker-Region";

    /// <summary><c>true</c> where nothing of another account may be told.</summary>
    public const string Limited = "X-Ecs-Asker-Limited";
}
