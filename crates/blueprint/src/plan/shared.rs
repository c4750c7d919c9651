//! What all workloads of a blueprint share.

use serde_json::{Value, json};

use super::{Planning, Profile};

impl Planning<'_, '_> {
    /// What all workloads share.
    pub(super) fn shared(&self) -> Value {
        let (settings, profile) = (self.settings, self.wanted.profile);
        let kept = settings.profiles.get(profile.word());
        let governed = profile == Profile::Governed;
        let made = self.wanted.network;
        let net = if made {
            json!({
                "made": true,
                "cidr": settings.network.cidr,
                "nat": true,
                "endpoints": if governed { settings.network.endpoints.clone() } else { Vec::new() },
                "vpc": "!Ref Vpc",
                "cidr_ref": "!GetAtt Vpc.CidrBlock",
                "https_to": "0.0.0.0/0",
                "private": "[!Ref PrivateSubnetA, !Ref PrivateSubnetB]",
                "private_each": ["!Ref PrivateSubnetA", "!Ref PrivateSubnetB"],
                "public": "[!Ref PublicSubnetA, !Ref PublicSubnetB]",
            })
        } else {
            json!({
                "made": false,
                "endpoints": [],
                "vpc": "!Ref VpcId",
                "cidr_ref": "!Ref VpcCidr",
                "https_to": "0.0.0.0/0",
                "private": "!Ref PrivateSubnetIds",
                "private_each": ["!Select [0, !Ref PrivateSubnetIds]", "!Select [1, !Ref PrivateSubnetIds]"],
                "public": "!Ref PublicSubnetIds",
            })
        };
        json!({
            "profile": profile.word(),
            "sys": {"name": self.decision.name, "region": self.decision.region},
            "net": net,
            "alarms": settings.alarms,
            "logs": {
                "days": kept.map_or(0, |kept| kept.log_days),
                "bucket_days": kept.map_or(0, |kept| kept.bucket_days),
            },
            "set": {
                "failures": settings.failures,
                "kubernetes": settings.kubernetes.version,
                "cluster_policies": settings.cluster_policies,
                "node_policies": settings.node_policies,
                "api_timeout_ms": settings.functions.api_timeout_s * 1000.0,
            },
        })
    }
}
